/** Something on the command line that only its author can put right. */
export class Mistake extends Error {}
