"""The bench suite: one question each, answered by a ratio that is measured in interleaved pairs."""
