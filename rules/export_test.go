package rules

// Mask makes personal data in a text unreadable.
var Mask = masked
