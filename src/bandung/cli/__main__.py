from bandung.cli.start import run

run()
