package io.atalaya.query.trino;

import java.io.IOException;

/** TPC-DS in Trino's words is answered as by Trino. */
class TpcdsTest extends TpcTest {
    TpcdsTest() throws IOException {
        super("tpcds");
    }

    /** Two queries tell standard deviations, which are sums of fractions in the order in which rows come. */
    @Override
    int ulps(String query) {
        return query.equals("q17") || query.startsWith("q39") ? 4 : 0;
    }
}
