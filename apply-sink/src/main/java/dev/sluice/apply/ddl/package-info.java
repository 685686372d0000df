/** DDL that an applier comes to: checked, or run; see docs/design/0007-ddl.md. */
package dev.sluice.apply.ddl;
