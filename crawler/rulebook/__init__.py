"""The rule book: how grave a breach of each rule is (rules.yml), and what people read of it (cards/)."""

from crawler.rulebook.table import RuleBookError, policy

__all__ = ["RuleBookError", "policy"]
