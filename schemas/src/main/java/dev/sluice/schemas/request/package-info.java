/**
 * What VDiff and the controller ask of captures and appliers while they run: topic {@code
 * <workflow>.requests}, compacted. See docs/design/0011-reverse.md.
 */
package dev.sluice.schemas.request;
