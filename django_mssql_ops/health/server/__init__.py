"""What the server's views say of the application's sessions and database, and when to worry."""
