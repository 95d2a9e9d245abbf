//! Chart + user values → `ConfiguredChart`: subcharts switched, values imported, coalesced and checked.

use crate::dependency::{enable, import};
use crate::values::{self, CoalesceError, SchemaError};
use crate::{Chart, Map, Remark};
use std::fmt;

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
    remarks: Vec<Remark>,
}

/// A chart cannot be configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigureError {
    /// Why.
    pub cause: ConfigureFault,
    /// What was odd before that was known.
    pub remarks: Vec<Remark>,
}

/// Why a chart cannot be configured.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigureFault {
    /// Its subcharts cannot be sorted out.
    #[error("chart dependencies processing failed")]
    Dependencies(#[source] CoalesceError),
    /// The values cannot be put together.
    #[error(transparent)]
    Values(CoalesceError),
    /// The values break a schema.
    #[error("values don't meet the specifications of the schema(s) in the following chart(s):\n{0}")]
    Schema(SchemaError),
}

impl Chart {
    /// Switches subcharts on and off, imports their values, and puts `values` over the defaults of all.
    ///
    /// # Errors
    ///
    /// When a subchart's values are not a table, or values break a schema.
    pub fn configure(
        mut self,
        values: &Map,
        options: &ConfigureOptions,
    ) -> Result<ConfiguredChart, ConfigureError> {
        let mut remarks = Vec::new();
        match enable(&mut self, values, &mut remarks).and_then(|()| import(&mut self, &mut remarks)) {
            Ok(()) => finish(self, values.clone(), (remarks, options)),
            Err(error) => {
                let cause = ConfigureFault::Dependencies(error);
                Err(ConfigureError { cause, remarks })
            }
        }
    }
}

/// Puts values over the defaults, and checks them.
fn finish(
    chart: Chart,
    values: Map,
    (mut remarks, options): (Vec<Remark>, &ConfigureOptions),
) -> Result<ConfiguredChart, ConfigureError> {
    let outcome = values::coalesce_noting(&chart, values, &mut remarks)
        .map_err(ConfigureFault::Values)
        .and_then(|values| match options.skip_schema_validation {
            true => Ok(values),
            false => values::validate(&chart, &values)
                .map_err(ConfigureFault::Schema)
                .map(|()| values),
        });
    match outcome {
        Ok(values) => Ok(ConfiguredChart {
            chart,
            values,
            remarks,
        }),
        Err(cause) => Err(ConfigureError { cause, remarks }),
    }
}

impl fmt::Display for ConfigureError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(formatter)
    }
}

impl std::error::Error for ConfigureError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.source()
    }
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

    /// Returns what was odd about the values.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// Returns what was odd about the values, whether a chart came of them or not.
    pub fn remarks_of(outcome: &Result<Self, ConfigureError>) -> &[Remark] {
        match outcome {
            Ok(chart) => &chart.remarks,
            Err(error) => &error.remarks,
        }
    }

    /// Puts the values over the defaults once more, as Helm's linter does: what `null` had removed comes back.
    ///
    /// # Errors
    ///
    /// As [`Chart::configure`].
    pub fn coalesce_again(self, options: &ConfigureOptions) -> Result<ConfiguredChart, ConfigureError> {
        finish(self.chart, self.values, (self.remarks, options))
    }

    /// Gives the chart and its values up.
    pub fn into_parts(self) -> (Chart, Map) {
        (self.chart, self.values)
    }
}
