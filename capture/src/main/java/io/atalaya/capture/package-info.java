/** The logs of PostgreSQL and MariaDB, read by Debezium. */
@NullMarked
package io.atalaya.capture;

import org.jspecify.annotations.NullMarked;
