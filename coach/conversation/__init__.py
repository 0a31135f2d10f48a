"""What a turn is about, given what was said before."""

from coach.conversation.resolving import carry_over, resolve
from coach.conversation.rewriting import accepts
from coach.conversation.values import Resolved

__all__ = ["Resolved", "accepts", "carry_over", "resolve"]
