/** English: the words of `lp-list`. */
export const LIST = {
  noRows: 'Nothing to list',
};
