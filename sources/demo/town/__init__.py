"""How Musterhafen lives: offices, services, measures, applications and what becomes of them."""
