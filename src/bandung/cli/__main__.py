from bandung.cli.main import run

run()
