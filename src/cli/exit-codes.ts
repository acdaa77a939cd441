/** The work failed, or problems were found. */
export const EXIT_FAILED = 1;
/** The command line is not one that this command understands. */
export const EXIT_USAGE = 2;
