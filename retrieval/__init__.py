"""Questions in, cited sentences out. Imports only :mod:`corpus`."""
