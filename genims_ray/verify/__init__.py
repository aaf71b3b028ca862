"""Is what the databases hold true? The checks of sql/checks/, and those that the catalog implies.

A check is one query. An exact check returns what offends: nothing, if all is well. A statistic returns
values, each with the band it must lie in and the number of observations it needs to mean anything.
"""
