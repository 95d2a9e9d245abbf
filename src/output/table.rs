//! Tables as Helm prints them: cells padded to their column, joined by a tab (`gosuri/uitable`).

use unicode_width::UnicodeWidthChar;

/// Rows of text cells.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
    widest: Option<usize>,
}

impl Table {
    /// An empty table.
    pub(crate) fn new() -> Self {
        Table::default()
    }

    /// Cuts columns that are wider; 0 lets them be.
    pub(crate) fn with_widest_column(mut self, width: usize) -> Self {
        self.widest = (width > 0).then_some(width);
        self
    }

    /// Adds a row below the others.
    pub(crate) fn row<const N: usize>(&mut self, cells: [&str; N]) {
        self.rows
            .push(cells.iter().map(|cell| (*cell).to_owned()).collect());
    }

    /// The table as text. Every cell is padded, the last one too; no rows make an empty line.
    pub(crate) fn render(&self) -> String {
        let widths = self.widths();
        let lines: Vec<String> = self.rows.iter().flat_map(|row| row_lines(row, &widths)).collect();
        format!("{}\n", lines.join("\n"))
    }

    /// A column is as wide as the widest line of its cells.
    fn widths(&self) -> Vec<usize> {
        let mut widths = Vec::new();
        for row in &self.rows {
            widths.resize(widths.len().max(row.len()), 0);
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.split('\n').map(one_line_width).fold(*width, usize::max);
            }
        }
        for width in &mut widths {
            *width = (*width).min(self.widest.unwrap_or(usize::MAX));
        }
        widths
    }
}

/// A row takes as many lines as its tallest cell.
fn row_lines(row: &[String], widths: &[usize]) -> Vec<String> {
    let cells: Vec<String> = row
        .iter()
        .zip(widths)
        .map(|(cell, width)| resize(cell, *width))
        .collect();
    let height = cells
        .iter()
        .map(|cell| cell.split('\n').count())
        .max()
        .unwrap_or_default();
    let line = |n: usize| {
        let parts = cells
            .iter()
            .zip(widths)
            .map(|(cell, width)| pad(cell.split('\n').nth(n).unwrap_or_default(), *width));
        parts.collect::<Vec<_>>().join("\t")
    };
    (0..height).map(line).collect()
}

/// Pads a cell, or cuts it: the width counts all lines of a cell as one, so a cell of several lines is always cut.
fn resize(cell: &str, width: usize) -> String {
    if one_line_width(cell) <= width {
        return pad(cell, width);
    }
    let mut text = String::new();
    let mut used = 0;
    for letter in cell.chars() {
        text.push(letter);
        let wide = letter.width().unwrap_or(0);
        if used + wide >= width.saturating_sub(3) {
            break;
        }
        used += wide;
    }
    text + "..."
}

/// Colours take no room.
fn one_line_width(text: &str) -> usize {
    let mut width = 0;
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if let Some((_, after)) = rest.strip_prefix("\x1b[").and_then(|code| code.split_once('m')) {
            rest = after;
            continue;
        }
        width += letter.width().unwrap_or(0);
        rest = &rest[letter.len_utf8()..];
    }
    width
}

fn pad(cell: &str, width: usize) -> String {
    let missing = width.saturating_sub(one_line_width(cell));
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

    #[test]
    fn cells_of_several_lines_are_cut_as_in_helm() {
        let mut table = Table::new();
        table.row(["NAME"]);
        table.row(["a first line\nand more"]);
        assert_eq!(table.render(), "NAME        \na first l...\n");
    }
}
