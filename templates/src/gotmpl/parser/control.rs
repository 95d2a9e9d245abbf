//! Actions that say what of a template is rendered.

use super::super::ast::{Branch, Constant, Node, Span, is_blank};
use super::super::nodes::{Id, List};
use super::super::token::{Keyword, Token, TokenKind};
use super::super::unquote::unquote;
use super::{End, Outcome, Parser, span};
use std::borrow::Cow;

impl Parser<'_> {
    pub(super) fn loop_control(&mut self, keyword: Keyword, token: Token) -> Outcome<Node> {
        let name = if keyword == Keyword::Break {
            "{{break}}"
        } else {
            "{{continue}}"
        };
        let next = self.next();
        if next.kind != TokenKind::RightDelimiter {
            return self.unexpected(next, name);
        }
        if self.scope.loops == 0 {
            return Err(format!("{name} outside {{{{range}}}}"));
        }
        let span = span(token.start(), token.end());
        Ok(if keyword == Keyword::Break {
            Node::Break(span)
        } else {
            Node::Continue(span)
        })
    }

    pub(super) fn else_control(&mut self) -> Outcome<()> {
        // "else if" and "else with" leave their word to the branch that the else belongs to.
        if let TokenKind::Keyword(Keyword::If | Keyword::With) = self.peek().kind {
            return Ok(());
        }
        self.expect(TokenKind::RightDelimiter, "else").map(|_| ())
    }

    pub(super) fn branch(&mut self, context: &'static str) -> Outcome<Branch> {
        self.check_stack()?;
        let visible = self.scope.variables.len();
        let pipe = self.pipeline(context, TokenKind::RightDelimiter)?;
        self.scope.loops += usize::from(context == "range");
        self.open.push(self.action.unwrap_or(pipe.position as usize));
        let (list, end) = self.list()?;
        self.scope.loops -= usize::from(context == "range");
        let otherwise = match end {
            End::End => None,
            End::Else => Some(self.otherwise(context)?),
        };
        self.open.pop();
        self.scope.variables.truncate(visible);
        Ok(Branch {
            pipe,
            list,
            otherwise,
        })
    }

    /// Parses what `if`, `range` or `with` decides, and makes it the node that this is.
    pub(super) fn branching(&mut self, context: &'static str, node: fn(Id<Branch>) -> Node) -> Outcome<Node> {
        let branch = self.branch(context)?;
        Ok(node(self.source.nodes.add(branch)))
    }

    pub(super) fn otherwise(&mut self, context: &'static str) -> Outcome<List<Node>> {
        let node: fn(Id<Branch>) -> Node = match (context, self.peek().kind) {
            ("if", TokenKind::Keyword(Keyword::If)) => Node::If,
            ("with", TokenKind::Keyword(Keyword::With)) => Node::With,
            _ => {
                return match self.list()? {
                    (list, End::End) => Ok(list),
                    (_, End::Else) => Err("expected end; found {{else}}".into()),
                };
            }
        };
        self.next();
        let mark = self.unfinished.nodes.len();
        let only = self.branching(context, node)?;
        self.unfinished.nodes.push(only);
        Ok(self.source.nodes.take(&mut self.unfinished.nodes, mark))
    }

    pub(super) fn block(&mut self) -> Outcome<Node> {
        const CONTEXT: &str = "block clause";
        let token = self.next();
        let name = self.template_name(token, CONTEXT)?;
        let pipe = self.pipeline(CONTEXT, TokenKind::RightDelimiter)?;
        let span = self.span_from(token.start());
        self.check_stack()?;
        let root = self.inner_template(CONTEXT)?;
        self.add(Some(name), root)?;
        Ok(Node::Template(span, name, Some(self.source.nodes.add(pipe))))
    }

    pub(super) fn template(&mut self) -> Outcome<Node> {
        const CONTEXT: &str = "template clause";
        let token = self.next();
        let name = self.template_name(token, CONTEXT)?;
        let mut pipe = None;
        if self.next().kind != TokenKind::RightDelimiter {
            self.backup();
            let given = self.pipeline(CONTEXT, TokenKind::RightDelimiter)?;
            pipe = Some(self.source.nodes.add(given));
        }
        Ok(Node::Template(self.span_from(token.start()), name, pipe))
    }

    pub(super) fn template_name(&mut self, token: Token, context: &str) -> Outcome<Constant> {
        match token.kind {
            TokenKind::String | TokenKind::RawString => self.unquoted(token),
            _ => self.unexpected(token, context),
        }
    }

    /// Returns what is between the quotes, if it stands for itself. What is blank does not: other than a text, an action
    /// makes a template that is not empty.
    pub(super) fn plain(&self, token: Token) -> Option<Span> {
        let body = span(token.start() + 1, token.end() - 1);
        match unquote(self.bytes(token))? {
            Cow::Borrowed(text) if !is_blank(text) => Some(body),
            _ => None,
        }
    }

    pub(super) fn unquoted(&mut self, token: Token) -> Outcome<Constant> {
        let text = unquote(&self.text[token.start()..token.end()]).ok_or("invalid syntax")?;
        Ok(match text {
            Cow::Borrowed(_) => self
                .source
                .constants
                .add_part(span(token.start() + 1, token.end() - 1)),
            Cow::Owned(text) => self.source.constants.add(&text),
        })
    }
}
