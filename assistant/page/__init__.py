"""The chat page: answers with their sources beside them."""
