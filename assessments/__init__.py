"""What the physiotherapist found: site, side, red flags, history and outcome scores."""
