"""Alembic migrations, inside the package so that an installed register can migrate itself."""
