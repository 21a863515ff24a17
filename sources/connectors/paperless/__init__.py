"""paperless-ngx: its documents, and what may be seen of them."""
