// Days as the pages write them, for the lists that scripts make.
'use strict';
/** Write YYYY-MM-DD; `words` is the dataset of the element that brings the form and the names. */
function dated(iso, words) {
  const [year, number, day] = iso.split('-').map(Number);
  const [months, short, long] = [words.months, words.weekdays, words.weekdaysLong].map((names) => names.split('|'));
  const at = (new Date(iso).getUTCDay() + 6) % 7;
  const month = months[number - 1];
  const parts = { year, month, month_short: month.slice(0, 3), month_number: number, day, weekday: short[at], weekday_long: long[at] };
  return words.dated.replace(/\{(\w+)\}/g, (whole, part) => parts[part] ?? whole);
}
