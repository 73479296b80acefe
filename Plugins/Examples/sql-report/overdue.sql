-- SPDX-License-Identifier: EUPL-1.2
-- Applications without a decision whose term has passed on the day :today, the oldest first.
SELECT application, district, received,
       CAST(julianday(:today) - julianday(received) AS INTEGER) AS waiting_days
FROM applications
WHERE days IS NULL AND julianday(:today) - julianday(received) > :term
ORDER BY received, application
