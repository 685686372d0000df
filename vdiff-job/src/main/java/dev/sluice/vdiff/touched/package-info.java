/** Which chunks of a VDiff the streams have touched since its moment (design note 0014). */
package dev.sluice.vdiff.touched;
