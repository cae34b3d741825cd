"""How the seed tables are compiled: one module per app, one for reading and writing tables."""
