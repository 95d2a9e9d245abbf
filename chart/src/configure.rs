//! Chart + user values → `ConfiguredChart`: subcharts switched, values imported, coalesced and checked.

use crate::dependency::{enable, import};
use crate::values::{self, CoalesceError, SchemaError};
use crate::{Chart, Map, Remark};

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

/// Why a chart cannot be configured.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigureError {
    /// Its subcharts cannot be sorted out.
    #[error("chart dependencies processing failed")]
    Dependencies(#[source] CoalesceError),
    /// The values cannot be put together.
    #[error(transparent)]
    Values(#[from] CoalesceError),
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
        let mut remarks = self
            .process_dependencies(values)
            .map_err(ConfigureError::Dependencies)?;
        let coalesced = values::coalesce(&self, values.clone())?;
        remarks.extend(coalesced.remarks);
        if !options.skip_schema_validation {
            values::validate(&self, &coalesced.values).map_err(ConfigureError::Schema)?;
        }
        Ok(ConfiguredChart {
            chart: self,
            values: coalesced.values,
            remarks,
        })
    }

    /// The first half of [`Chart::configure`]: what is left of the chart once `values` have switched its subcharts.
    ///
    /// Returns what was odd.
    ///
    /// # Errors
    ///
    /// When a subchart's values are not a table.
    pub fn process_dependencies(&mut self, values: &Map) -> Result<Vec<Remark>, CoalesceError> {
        let mut remarks = Vec::new();
        enable(self, values, &mut remarks)?;
        import(self, &mut remarks)?;
        Ok(remarks)
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

    /// Puts the values over the defaults once more, as Helm's linter does: what `null` had removed comes back.
    ///
    /// # Errors
    ///
    /// As [`Chart::configure`].
    pub fn coalesce_again(mut self, options: &ConfigureOptions) -> Result<ConfiguredChart, ConfigureError> {
        let coalesced = values::coalesce(&self.chart, self.values)?;
        self.remarks.extend(coalesced.remarks);
        if !options.skip_schema_validation {
            values::validate(&self.chart, &coalesced.values).map_err(ConfigureError::Schema)?;
        }
        self.values = coalesced.values;
        Ok(self)
    }

    /// Gives the chart and its values up.
    pub fn into_parts(self) -> (Chart, Map) {
        (self.chart, self.values)
    }
}
