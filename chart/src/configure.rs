//! Chart + user values → `ConfiguredChart`: subcharts switched, values imported, coalesced and checked.

use crate::{Chart, Map};

/// How to configure a chart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConfigureOptions {
    /// Accept values that break the charts' schemas.
    pub skip_schema_validation: bool,
}

/// A chart whose disabled subcharts are gone, and the values that it and its subcharts will see.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfiguredChart {
    chart: Chart,
    values: Map,
}

impl ConfiguredChart {
    /// Returns the chart: enabled subcharts only, under their aliases, with imported values among its defaults.
    pub fn chart(&self) -> &Chart {
        &self.chart
    }

    /// Returns the final values: user values over defaults, those of each subchart below its name.
    pub fn values(&self) -> &Map {
        &self.values
    }
}
