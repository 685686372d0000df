/**
 * What a VDiff was asked to do and what it found, as both stand in {@code sluice.vdiffs}: the
 * controller's process writes orders, the job writes results, everybody may follow.
 */
package dev.sluice.schemas.vdiff;
