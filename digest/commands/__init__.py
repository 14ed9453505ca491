"""The commands, by what they are for. Each opens a session, lets it work and says what came of it; none has effects."""
