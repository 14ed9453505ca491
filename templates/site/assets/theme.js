// Runs before the first paint, so that nobody sees the other theme flash by.
try { const theme = localStorage.getItem('theme'); if (theme) document.documentElement.dataset.theme = theme; } catch { /* storage is off */ }
