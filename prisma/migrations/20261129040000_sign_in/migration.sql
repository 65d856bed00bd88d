-- A nonce of the sign-in page is no longer stored when it is asked for: it carries a code that only we can make, and what was used
-- stands in sign_in_nonce. A process of the old version cannot sign anybody in once this has run; sessions go on.
DROP TABLE "siwe_nonce";
