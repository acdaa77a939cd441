/** Chance that is the same for the same seed on every machine. */

/** Numbers from 0 to 1 (exclusive): sfc32 of Chris Doty-Humphrey's PractRand. */
export function randomFrom(seed) {
  let [a, b, c, counter] = [seed | 0, 0x9e3779b9, 0x85ebca6b, 1];
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 0x1_0000_0000;
  };
  for (let round = 0; round < 15; round += 1) next();
  return next;
}

/** A whole number from `least` to `most`, both inclusive. */
export function between(random, least, most) {
  return least + Math.floor(random() * (most - least + 1));
}

export function oneOf(random, list) {
  return list[Math.floor(random() * list.length)];
}
