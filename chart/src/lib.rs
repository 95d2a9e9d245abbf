//! A chart as data: load it, merge values into it, configure it.
