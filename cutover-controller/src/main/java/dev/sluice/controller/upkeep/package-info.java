/** What is done for open workflows over and over: trimming topics, watching binary logs. */
package dev.sluice.controller.upkeep;
