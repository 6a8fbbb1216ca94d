"""The sample project in a real browser: chromium, driven through selenium."""
