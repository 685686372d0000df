/** What becomes of DDL on moved tables; see docs/design/0007-ddl.md. */
package dev.sluice.capture.ddl;
