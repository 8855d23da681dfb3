"""The doors by which tellings leave the house: one module for each kind of provider, and none knows a table."""
