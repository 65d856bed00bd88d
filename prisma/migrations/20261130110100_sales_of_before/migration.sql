-- One statement as of one instant: what was sold before the triggers. It writes to no table that a sale writes to.
SELECT * FROM sale_correct();
