-- SPDX-License-Identifier: EUPL-1.2
-- How long applications take by channel, and how many are decided within the term.
-- The term is that of the Algemene wet bestuursrecht (Awb), article 4:13: eight weeks; :extension days more where
-- the applicant was told so.
SELECT channel,
       count(*)                                                            AS applications,
       sum(days IS NULL)                                                   AS undecided,
       round(avg(days), 1)                                                 AS mean_days,
       round(avg(days <= :term + CASE WHEN extended THEN :extension ELSE 0 END), 3) AS within_term
FROM applications
GROUP BY channel
ORDER BY channel
