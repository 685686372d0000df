/**
 * Measures Sluice beside the tools its users would take otherwise, on the local stack, in one run.
 *
 * <p>Only the public contract is used: the server's REST interface and the rows on the servers.
 */
package dev.sluice.bench;
