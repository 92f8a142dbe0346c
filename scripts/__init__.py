"""The command line: one thin module a subcommand. Imports everything, imported by none."""
