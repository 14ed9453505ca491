"""The day in short to whom it may concern: one message, several targets, each notified once.

Targets are Apprise's addresses (https://github.com/caronc/apprise/wiki) and secrets: an edition remembers a mark of
one, messages and errors name it by its place and scheme. Does not keep anything.
"""

from digest.stages.notify.links import Links, day_links
from digest.stages.notify.message import Message, day_message, failure_message
from digest.stages.notify.sending import Delivery, send
from digest.stages.notify.target import Target, targets

__all__ = ["Delivery", "Links", "Message", "Target", "day_links", "day_message", "failure_message", "send", "targets"]
