//! Tables as Helm prints them: cells padded to their column, joined by a tab (`gosuri/uitable`).

/// Rows of text cells.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table.
    pub(crate) fn new() -> Self {
        Table::default()
    }

    /// Adds a row below the others.
    pub(crate) fn row<const N: usize>(&mut self, cells: [&str; N]) {
        self.rows.push(cells.iter().map(|cell| (*cell).to_owned()).collect());
    }

    /// The table as text, a line a row. Every cell is padded, the last one too; no rows make an empty line.
    pub(crate) fn render(&self) -> String {
        let widths = self.widths();
        let line = |row: &Vec<String>| {
            let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| pad(cell, *width)).collect();
            cells.join("\t")
        };
        let lines: Vec<String> = self.rows.iter().map(line).collect();
        format!("{}\n", lines.join("\n"))
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths = Vec::new();
        for row in &self.rows {
            widths.resize(widths.len().max(row.len()), 0);
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        widths
    }
}

fn pad(cell: &str, width: usize) -> String {
    let missing = width.saturating_sub(cell.chars().count());
    format!("{cell}{}", " ".repeat(missing))
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn cells_are_padded_and_joined_by_tabs() {
        let mut table = Table::new();
        table.row(["NAME", "STATUS"]);
        table.row(["web", "deployed"]);
        assert_eq!(table.render(), "NAME\tSTATUS  \nweb \tdeployed\n");
    }
}
