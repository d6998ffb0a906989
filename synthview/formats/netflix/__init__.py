"""What the two exports of Netflix share: how they name titles, and tables of the larger one."""
