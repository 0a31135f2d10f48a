"""The web app: the chat page and what it stands on."""
