// @ts-check
/** The least work that Express can do with a JSON body. `node express-echo.mjs PORT` */
import express from 'express';

express()
  .post('/echo', express.json(), (req, res) => {
    res.status(201).json(req.body);
  })
  .listen(Number(process.argv[2]), '127.0.0.1');
