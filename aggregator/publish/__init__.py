"""What takes an export out of the house: mail, by a server of the curator's."""
