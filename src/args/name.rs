//! The release's name: given, generated from the chart's, or rendered from a template.

use templates::Clock;

use crate::error::{CommandError, Result};

/// Flags that make up a name.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct NameArgs {
    /// generate the name (and omit the NAME parameter)
    #[arg(short, long)]
    pub(crate) generate_name: bool,
    /// specify template used to name the release
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    pub(crate) name_template: String,
}

impl NameArgs {
    /// Reads `[NAME] CHART`, Helm's rules: `pkg/action/install.go`, `NameAndChart`. What a name is made up of is from the clock.
    ///
    /// # Errors
    /// When there is no name, or more than one.
    pub(crate) fn name_and_chart<'a>(
        &self,
        operands: &'a [String],
        default: Option<&str>,
        clock: &Clock,
    ) -> Result<(String, &'a str)> {
        match operands {
            [] => Err(CommandError::new(
                "must either provide a name or specify --generate-name",
            )),
            [chart] => Ok((self.make_name(chart, default, clock)?, chart)),
            [name, chart] => {
                self.check_unset()?;
                Ok((name.clone(), chart))
            }
            [_, _, more @ ..] => Err(CommandError::new(format!(
                "expected at most two arguments, unexpected arguments: {}",
                more.join(", ")
            ))),
        }
    }

    fn check_unset(&self) -> Result {
        if self.generate_name {
            return Err(CommandError::new(
                "cannot set --generate-name and also specify a name",
            ));
        }
        if !self.name_template.is_empty() {
            return Err(CommandError::new(
                "cannot set --name-template and also specify a name",
            ));
        }
        Ok(())
    }

    fn make_name(&self, chart: &str, default: Option<&str>, clock: &Clock) -> Result<String> {
        if !self.name_template.is_empty() {
            return Ok(templates::render_name(&self.name_template, clock)?);
        }
        if let Some(name) = default {
            return Ok(name.to_owned());
        }
        if !self.generate_name {
            return Err(CommandError::new(
                "must either provide a name or specify --generate-name",
            ));
        }
        Ok(format!("{}-{}", base_name(chart), clock.seconds()))
    }
}

/// The last part of a reference, up to its first dot; `chart` when nothing is left.
fn base_name(reference: &str) -> &str {
    let last = reference
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let last = if last == "." || last.is_empty() {
        "chart"
    } else {
        last
    };
    last.split('.').next().unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_name_begins_with_the_charts() {
        assert_eq!(base_name("./charts/web/"), "web");
        assert_eq!(base_name("web-1.2.3.tgz"), "web-1");
        assert_eq!(base_name("."), "chart");
        assert_eq!(base_name("bitnami/nginx"), "nginx");
    }

    #[test]
    fn a_name_is_given_once() {
        let operands = ["web".to_owned(), "./web".to_owned()];
        let args = NameArgs {
            generate_name: true,
            name_template: String::new(),
        };
        let error = args.name_and_chart(&operands, None, &Clock::utc()).unwrap_err();
        assert_eq!(
            error.message(),
            "cannot set --generate-name and also specify a name"
        );
    }
}
