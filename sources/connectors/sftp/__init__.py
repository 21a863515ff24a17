"""Folders on other machines, mirrored by SFTP."""
