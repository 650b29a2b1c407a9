"""The likely cause behind broken sums: the smallest set of cells whose change restores them all."""
