package io.atalaya.ingestion.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.ingestion.IngestionException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Rows out of dumps of databases. */
class DumpTest extends CuttingContract {
    private static final String T = "format: SQL\ntable: t\n";

    @Nested
    class Of_mysql {
        private static final String MY = """
                -- MySQL dump 10.13  Distrib 8.0
                /*!40101 SET NAMES utf8 */;
                CREATE TABLE `other` (`x` int);
                INSERT INTO `other` VALUES (1),('a;b');
                DROP TABLE IF EXISTS `t`;
                CREATE TABLE `t` (
                  `id` int(11) NOT NULL AUTO_INCREMENT COMMENT 'the id, (really)',
                  `theName` varchar(50) DEFAULT 'x,y',
                  `price` decimal(10,2) CHECK (`price` > 0),
                  PRIMARY KEY (`id`),
                  KEY `n` (`theName`)
                ) ENGINE=InnoDB;
                """;

        @Test
        void are_rows_in_parentheses() throws Exception {
            Result result = cut(
                    T,
                    MY + "INSERT INTO `t` VALUES (1,'a',1.50),(2,NULL,-3),\n(3,'it''s; \\'so\\', (really)\\n',1e3);\n"
                            + "/*!40000 ALTER TABLE `t` ENABLE KEYS */;\ninsert  into `t`(`price`,`id`) values\n(7,4);\n");
            assertThat(result.good())
                    .containsExactly("13|1|a|1.50", "13|2|null|-3", "14|3|it's; 'so', (really)\n|1e3", "17|4|null|7");
            assertThat(result.how().textColumns()).containsExactly("id", "thename", "price");
        }

        @Test
        void have_bytes_in_three_forms() throws Exception {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            text.writeBytes(
                    (MY + "INSERT INTO t VALUES (1,0xCAfe,X'4D'),(2,_binary '").getBytes(StandardCharsets.UTF_8));
            text.writeBytes(new byte[] {(byte) 0xff, '\\', '0', '\\', '\'', 'a'});
            text.writeBytes("',b'101'),(3,_utf8mb4 'é',N'n');\n".getBytes(StandardCharsets.UTF_8));
            assertThat(cut(T, text.toByteArray()).good())
                    .containsExactly("13|1|\\xcafe|\\x4d", "13|2|\\xff002761|101", "13|3|é|n");
        }

        @Test
        void may_be_damaged_one_by_one() throws Exception {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            text.writeBytes((MY + "INSERT INTO t VALUES (1,'a'),(2,NOW(),3),(3,'b','c','d'),\n(4,'x")
                    .getBytes(StandardCharsets.UTF_8));
            text.write(0xe9);
            text.writeBytes("',1),(5,'a' 'b',1),(6,'ok',1);\n".getBytes(StandardCharsets.UTF_8));
            Result result = cut(T, text.toByteArray());
            assertThat(result.good()).containsExactly("14|6|ok|1");
            assertThat(result.damaged())
                    .containsExactly(
                            "13|2 values, the table has 3 columns|(1,'a')",
                            "13|an expression in place of value 2|(2,NOW(),3)",
                            "13|4 values, the table has 3 columns|(3,'b','c','d')",
                            "14|bytes that are not in the encoding of the dump, which 'encoding' of its dialect says (UTF-8)|(4,'x\ufffd',1)",
                            "14|an expression in place of value 2|(5,'a' 'b',1)");
        }

        @Test
        void are_not_what_programs_would_insert() throws Exception {
            assertThat(cut(T, MY + """
                                            DELIMITER ;;
                                            CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN
                                              INSERT INTO t VALUES (9,'no',1);
                                            END ;;
                                            DELIMITER ;
                                            INSERT INTO t VALUES (1,'yes',1);
                                            """).good()).hasSize(1).first().asString().contains("yes");
        }

        @Test
        void that_end_in_the_middle_are_refused() {
            for (String end : new String[] {"(2,'b", "(2,'b',", "(2,'b',3)", "(2,'b',3),"}) {
                assertThatThrownBy(() -> cut(T, MY + "INSERT INTO t VALUES (1,'a',2),\n" + end))
                        .as(end)
                        .hasMessageContaining("delivered.csv is cut off: it ends at line 14");
            }
        }
    }

    @Nested
    class Of_postgresql {
        private static final String PG = """
                --
                -- PostgreSQL database dump
                --
                SET standard_conforming_strings = on;
                CREATE FUNCTION public.f() RETURNS void LANGUAGE plpgsql AS $_$ BEGIN INSERT INTO public.t VALUES (0,'no','no'); END $_$;
                CREATE TABLE public.t (
                    id integer NOT NULL,
                    "Name" character varying(10) DEFAULT 'a\\b'::character varying,
                    raw bytea
                );
                """;

        @Test
        void are_rows_on_lines() throws Exception {
            Result result = cut(
                    T,
                    PG + "COPY public.other (x) FROM stdin;\n1\n\\.\n\nCOPY public.t (id, \"Name\", raw) FROM stdin;\n"
                            + "1\tone\\ttab\\nline\\\\ \\101\t\\\\xcafe\n2\t\\N\t\n3\tonly two\n4\té\tx\n\\.\n\nALTER TABLE ONLY public.t ADD CONSTRAINT p PRIMARY KEY (id);\n");
            assertThat(result.good()).containsExactly("16|1|one\ttab\nline\\ A|\\xcafe", "17|2|null|", "19|4|é|x");
            assertThat(result.damaged()).containsExactly("18|2 values, the table has 3 columns|3\tonly two");
        }

        @Test
        void are_inserts_in_which_a_backslash_is_one() throws Exception {
            Result result = cut(
                    "format: SQL\ntable: public.t\n",
                    PG
                            + "INSERT INTO public.t VALUES (1, 'C:\\dir\\', '\\xcafe'::bytea);\nINSERT INTO public.t (id, \"Name\") VALUES (2, E'a\\'b\\n'), (3, $$it's$$);\n");
            assertThat(result.good()).containsExactly("11|1|C:\\dir\\|\\xcafe", "12|2|a'b\n|null", "12|3|it's|null");
        }

        @Test
        void that_end_before_their_end_are_refused() {
            assertThatThrownBy(() -> cut(T, PG + "COPY public.t (id, \"Name\", raw) FROM stdin;\n1\ta\tb\n2\tc"))
                    .isInstanceOf(IngestionException.BadFile.class)
                    .hasMessageContaining("is cut off: it ends at line 13");
        }
    }

    @Test
    void another_table_is_refused_and_the_tables_are_named() {
        assertThatThrownBy(() -> cut(
                        "format: SQL\ntable: nix",
                        "/*!40101 x */;\nINSERT INTO `a` VALUES (1);\nCREATE TABLE b (x int);\n"))
                .hasMessageContaining("has no table 'nix'; it has a, b");
    }

    @Test
    void a_table_without_rows_is_an_empty_one() throws Exception {
        assertThat(cut(T, "PRAGMA foreign_keys=OFF;\nCREATE TABLE IF NOT EXISTS \"t\" (x int, \"y z\" text);\n")
                        .how()
                        .textColumns())
                .containsExactly("x", "y_z");
    }

    @Test
    void columns_may_be_named_where_the_dump_does_not() throws Exception {
        String text = "INSERT INTO t VALUES (1,'a\\');\n";
        assertThatThrownBy(() -> cut(T, text)).hasMessageContaining("say 'product: MYSQL' or 'product: STANDARD'");
        assertThatThrownBy(() -> cut(T + "product: STANDARD", text)).hasMessageContaining("does not say which columns");
        assertThat(cut(T + "product: STANDARD\ndialects: [{header: false, names: [a, b]}]", text)
                        .good())
                .containsExactly("1|1|a\\");
    }
}
