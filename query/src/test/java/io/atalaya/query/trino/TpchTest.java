package io.atalaya.query.trino;

import java.io.IOException;

/** TPC-H in Trino's words is answered as by Trino. */
class TpchTest extends TpcTest {
    TpchTest() throws IOException {
        super("tpch");
    }
}
